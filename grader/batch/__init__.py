"""Many hand-ins at once."""

from grader.batch.engine import grade_many, isolation_of
from grader.batch.output import BatchOutput, OutputError

__all__ = ["BatchOutput", "OutputError", "grade_many", "isolation_of"]
