"""Whole libraries of networks: torchvision's models migrated as a package, timm's file by file."""
