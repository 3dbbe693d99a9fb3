"""What an operator changes: settings and data files. Imports nothing of ours."""
