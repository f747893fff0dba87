"""The API's endpoints: they validate, call one service method, and shape the answer."""
