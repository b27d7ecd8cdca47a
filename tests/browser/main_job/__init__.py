"""The main job of the product in eight steps, each in a module of its own, walked by people at browsers."""
