"""Suixin 穗信: facts about trade become credit, with reasons."""
