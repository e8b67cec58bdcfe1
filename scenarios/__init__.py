"""Flow tests: whole calls and text dialogues that administrators write in a service's tests/*.yaml, and how they are played.

script.py    what stands in a file: acts and expectations       reading.py, acts.py   YAML -> scripts, or their faults
playing.py   plays a script on a stage and judges what it hears   facts.py, hearing.py   what is expected of a contact
bare.py      the stage without anything around the engine: house.py answers it, staff.py is the real router
coverage.py  which steps and exits were taken                      trial.py              a service's tests, from folder to report
"""
