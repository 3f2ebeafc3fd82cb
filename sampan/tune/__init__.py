"""`sampan tune`: which forms of a program's kernels are the fastest on this machine.

candidates  what may be tried for each kernel
search      which of it is tried next, and when it is enough: successive halving
rounds      runs of the program in which all kernels try something at the same time
results     whether two runs of the program had the same results
store       what was found out, kept from run to run
count       kernels that count their operations and bytes, for the roofline
peaks       what the machine can do
report      the HTML report, with pictures
"""
