"""Prints what tensorboard reads in a folder: the tags and the number of steps, then every scalar."""

import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
tags = sorted(events.Tags()["scalars"])
print(",".join(tags), len(events.Scalars(tags[0])))
for tag in tags:
    for event in events.Scalars(tag):
        print(tag, event.step, round(event.value, 6))
