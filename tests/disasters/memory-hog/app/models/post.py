"""Takes all the memory that there is."""

hoard = []
while True:
    hoard.append(bytearray(2**28))
