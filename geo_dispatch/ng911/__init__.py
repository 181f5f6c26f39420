"""NG911 layers: road centre lines and address points of the town itself."""
