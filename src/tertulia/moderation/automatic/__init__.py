"""Automatic rules: their language and their engine. Values in, values out: no database, no Django.

``parsing`` reads rules, ``printing`` writes them (the same tree), ``rows`` shows them as a form, ``saying`` says them in a
sentence, ``checking`` refuses what is wrong, ``engine`` compiles all the rules of a brand and matches messages.
"""
