from django.urls import include, path

urlpatterns = [path("", include("answerback.web.urls"))]
