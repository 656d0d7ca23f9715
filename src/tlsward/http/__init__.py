"""HTTP headers read and judged: policies of transport, of content, and what they give away.

Nothing here touches a network or a clock. A header is whatever a server, or who attacks it,
wrote: values are cut at a length and lists at a count before they are read, and what is
repeated of them is made safe to show.
"""
