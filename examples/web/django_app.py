"""
A planning service in one file of Django: documents in, documents out, kept in a JSON column.

Run it with ``python django_app.py migrate --run-syncdb`` and ``python django_app.py runserver``;
it needs django.
"""

import datetime as dt
import secrets
import sys

import django
from django.conf import settings
from django.db import models
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

import skillbalance as sb

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["localhost", "127.0.0.1", "testserver"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF=__name__,
        SECRET_KEY=secrets.token_hex(),
    )
    django.setup()


class StoredProfile(models.Model):
    """A profile as a document; its id is a column of its own, for look-ups."""

    profile_id = models.CharField(max_length=200, unique=True)
    document = models.JSONField()

    class Meta:
        """A single file has no app of its own."""

        app_label = "planning"


@csrf_exempt
@require_POST
def make_plan(request):
    """Plan the week of a profile, and keep the profile."""
    try:
        as_of = dt.date.fromisoformat(request.GET["as_of"])
        document = sb.from_json(request.body, sb.PlanDocument)
        plan = sb.plan_time(document.profile, document.budget, as_of=as_of)
    except (KeyError, ValueError) as error:
        if not isinstance(error, sb.InvalidDocumentError):
            return JsonResponse({"faults": [{"path": "as_of", "message": str(error)}]}, status=400)
        faults = [{"path": fault.path, "message": fault.message} for fault in error.faults]
        return JsonResponse({"faults": faults}, status=422)
    StoredProfile.objects.update_or_create(
        profile_id=document.profile.id,
        defaults={"document": sb.to_data(document.profile)},
    )
    return JsonResponse(sb.to_data(plan))


urlpatterns = [path("plans", make_plan)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
