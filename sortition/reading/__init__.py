"""Organisers' files: bytes in, values out, every fault told at once with its place; and tables written for them.

Pure: paths are opened in `sortition.files` alone.
"""
