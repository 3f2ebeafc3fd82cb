"""Names of people and companies: comparing them across scripts, romanisations and orders.

`clean` takes away what is only appearance, `syllables` knows the spellings of Chinese syllables,
`readings` makes units of a name that can be compared, `score` compares two names, and `index` finds
the names of a large list that may be the same.
"""
