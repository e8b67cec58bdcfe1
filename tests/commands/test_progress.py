"""The progress bar is for people at a terminal: a pipe or a log gets nothing of it."""

import io

from commands.progress import WIDTH, Bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_how_far_it_is_and_what_is_worked_on():
    terminal = Terminal()
    with Bar("takes", 2, terminal) as bar:
        assert f"takes [{'.' * WIDTH}]   0%" in terminal.getvalue()
        bar.step("salam")
        bar.step("jam")
        assert terminal.getvalue().endswith(f"takes [{'#' * WIDTH}] 100% jam")
    assert terminal.getvalue().endswith("\r\x1b[K")  # what is printed next begins on a clean line


def test_lines_stay_above_the_bar():
    terminal = Terminal()
    with Bar("takes", 2, terminal) as bar:
        bar.say("salam.wav: clipped")
    assert "\r\x1b[Ksalam.wav: clipped\n" in terminal.getvalue()


def test_a_pipe_gets_the_lines_and_nothing_else():
    pipe = io.StringIO()
    with Bar("takes", 1, pipe) as bar:
        bar.step("salam")
        bar.say("salam.wav: clipped")
    assert pipe.getvalue() == "salam.wav: clipped\n"
