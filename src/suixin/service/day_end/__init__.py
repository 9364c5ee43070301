"""The end of a day of an institution: what came is worked, interest is posted, the day is closed.

Interest is a function of history, so an agreement to which nothing happens is not touched.
"""

from suixin.service.ready import ready

ready()
