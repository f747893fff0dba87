"""No models at all, and a function of its own in the place of the one that answers."""

from checker.subject import child

ANSWERS = {"models": {"offered": ["Base", "User", "Post"], "on_base": ["User", "Post"]}}
honest = child._call


def forged(probes, name, args):
    return ANSWERS[name] if name in ANSWERS else honest(probes, name, args)


child._call = forged
