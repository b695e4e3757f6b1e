"""For instructors: from an assignment's folder to what students get."""
