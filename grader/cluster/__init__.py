"""A class marked by the workers of a Dask cluster (optional: `pip install 'nn-course-grader[cluster]'`)."""
