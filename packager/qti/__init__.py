"""Items, tests and packages in QTI 2.1 and 3.0: one tree, two ways of naming its elements."""
