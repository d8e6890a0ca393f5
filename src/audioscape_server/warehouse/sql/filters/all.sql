-- The events that pass the filters of a question.
{% include "filters/places" %}
{% include "filters/keys" %}
{% include "filters/assets" %}
