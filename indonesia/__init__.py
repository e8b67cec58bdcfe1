"""What is true in Indonesia whatever the program does with it: names of digits, months and letters, and the
checks of its identity numbers. Pure, below engine and desk, which may not know each other but must agree.
"""
