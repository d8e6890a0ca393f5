"""People: who may sign in, and what each may do. Keys are for machines (`access`), accounts are for people.

emails      one spelling of an address
passwords   which are taken, and what is stored of them
roles       what people may do

Who there is stands in the control database: `control.users`.
"""
