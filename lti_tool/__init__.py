"""The LTI 1.3 tool: launches from a learning management system, exercises on the server, scores back."""
