"""What can be wrong with a finished package, ours or a stranger's: one module per subject, findings as the answer."""
