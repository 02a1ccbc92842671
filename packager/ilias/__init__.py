"""Questions for ILIAS 8 to 10: its own dialect of QTI 1.2 and the pool around it."""
