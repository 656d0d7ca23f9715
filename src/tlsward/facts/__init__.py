"""Reference data: typed readers over the files in `data`, each with source, date and licence.

Nothing is read when a module is imported. The first question reads the file it needs,
and what it read is kept for the life of the process.
"""
