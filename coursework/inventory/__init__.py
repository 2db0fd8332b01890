"""The concept inventory: 25 questions on training a model, to be asked before and after the course.

`python -m coursework.inventory --help` prints papers and reads answers. The questions and their key are two
files, so that whoever shows the questions never opens the key.
"""
