"""The student side: a fork server and the confined processes that run student code.

Started as its own interpreter, `python -I -S -B grader/sandbox/worker`; imports nothing else of ours.
"""
