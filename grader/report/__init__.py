"""The class report: what the results say of the class and its questions, and what waits for a person."""
