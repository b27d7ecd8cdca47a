"""Counting stock: planned, frozen and counted blind, counted again by another, approved by a third, posted."""
