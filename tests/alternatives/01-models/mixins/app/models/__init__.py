"""All models."""

from . import base, post, user

Base, Post, User = base.Base, post.Post, user.User
