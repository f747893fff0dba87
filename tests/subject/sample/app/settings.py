import os

VALUE = os.environ.get("A_SETTING")
