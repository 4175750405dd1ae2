"""Sans-I/O drivers: each builds a call and reads a reply. The runner brings the client.

| module | a call becomes | a reply is |
|---|---|---|
| `http` | the contract's own request | the contract's own answer |
| `mapping` | a request of the vendor's own API | extracted by JSONPath |
| `command` | JSON for standard input | JSON from standard output |
| `python` | `act(action, request)` | its return value |
| `manual` | a text for a person | what the person typed |
"""
