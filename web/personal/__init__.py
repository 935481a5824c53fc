"""What is held of a person: found, given out, and erased, in the files of recruitments and in assemblies alike."""
