"""The approval list: a register of who may receive what, under criteria that anybody can read.

`log` keeps the entries and their chain of digests, `criteria` the published criteria, `state` says
which entry may follow which, `register` does both for the commands and for those who embed it.
"""
