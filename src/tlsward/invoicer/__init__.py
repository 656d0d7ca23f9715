"""The invoicer: the small service that travels the road from plain HTTP to HTTPS.

A request passes, from the outside in: `forwarding` (who asks, over what), `security_headers`
(every header that browsers enforce), `request_log` (one line for each request, and a 500 where
something broke), the table in `routes`, and `border` (who may, CSRF, bounded and typed input).
What is left is a handler with nothing to check. Needs the extra `service`.
"""
