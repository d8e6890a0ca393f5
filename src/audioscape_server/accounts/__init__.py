"""People: who may sign in, and what each may do. Keys are for machines (`access`), accounts are for people.

emails      one spelling of an address
passwords   which are taken, and what is stored of them
roles       what people may do
sign_in     email and password against a session;  joining  a one-time link against one
links       what one-time links are
sessions    what a session is;  cookies  where a browser keeps it;  origins  whether a page of ours sends it

Who there is stands in the control database: `control.users`, who is signed in in `control.sessions`.
"""
