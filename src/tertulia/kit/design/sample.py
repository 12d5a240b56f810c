"""Made-up content for the specimens. Nobody in it exists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from tertulia.kit import clock, logos


class Sample(forms.Form):
    """A form with one field of each kind, one of them wrong."""

    nombre = forms.CharField(label="Nombre", help_text="Como quieres que te llame el equipo.", initial="Irene")
    correo = forms.EmailField(label="Correo")
    texto = forms.CharField(label="Texto", widget=forms.Textarea, required=False)
    canal = forms.ChoiceField(label="Canal", choices=[("1", "@lunares.example"), ("2", "@lunares@plaza.example")])
    cuando = forms.ChoiceField(label="Cuándo", widget=forms.RadioSelect, choices=[("ya", "Ahora"), ("luego", "A su hora")])
    avisar = forms.BooleanField(label="Avisarme si falla", required=False)


def sample() -> dict[str, Any]:
    """The names that the specimens use."""
    now = clock.now()
    red1, red2, red3 = (*logos.names(), "uno", "dos", "tres")[:3]
    first = -6
    entries = {3: [(red1, "09:00", "Pan de centeno", "sent")], 9: [(red2, "12:30", "Taller de masa madre", "sent")],
               12: [(red1, "10:00", "Horno de leña", "ready"), (red2, "10:00", "Horno de leña", "ready")],
               13: [(red3, "18:00", "Sorteo de otoño", "trouble")], 20: [(red1, "09:00", "Roscones", "draft")]}
    return {
        "red1": red1, "red2": red2,
        "form": Sample({"nombre": "Irene", "correo": "irene@", "texto": "Mañana abrimos a las ocho", "canal": "1", "cuando": "ya", "avisar": "on"}),
        "hoy": now - timedelta(minutes=8), "ayer": now - timedelta(hours=22),
        "spans": [(6, 17, "Espera larga"), (30, 44, "Sin respuesta")],
        "filas": [
            {"quien": "Marta Solís", "red": red1, "a": now - timedelta(minutes=2), "nueva": True, "tono": "negative", "tema": "Queja",
             "texto": "Encargué dos hogazas para hoy y al llegar no había ninguna. Es la segunda vez este mes y nadie avisa."},
            {"quien": "Hugo Lerma", "red": red2, "a": now - timedelta(minutes=26), "aqui": True, "tono": "neutral",
             "texto": "¿A qué hora abrís el domingo?"},
            {"quien": "Nadia Ferrer", "red": red3, "a": now - timedelta(hours=5), "tono": "positive",
             "texto": "El pan de centeno de ayer, espectacular. Gracias por el consejo."}],
        "pestanas": [{"label": "Abiertas", "url": "#abrir", "current": True, "count": 27}, {"label": "Mías", "url": "#abrir", "count": 4},
                     {"label": "Cerradas", "url": "#abrir"}],
        "serie": [4, 6, 5, 9, 8, 12, 11, 15], "baja": [31, 28, 30, 24, 25, 20, 19, 18],
        "dias": [("lun", 142, 120), ("mar", 188, 160), ("mié", 170, 175), ("jue", 231, 190), ("vie", 264, 210), ("sáb", 180, 205), ("dom", 109, 98)],
        "redes": [(red1, 612), (red2, 388), (red3, 284)],
        "pasos": [{"title": "Publicado", "text": "Leído de vuelta en la red.", "at": now - timedelta(minutes=8), "icon": "check", "tone": "ok"},
                  {"title": "Intento 2", "text": "La red pidió esperar 30 s.", "at": now - timedelta(minutes=9), "icon": "clock", "tone": "warn"},
                  {"title": "Programado por Irene", "at": now - timedelta(hours=22), "icon": "calendar", "tone": "accent"}],
        "mes": [{"n": day if 0 < day <= 30 else (day + 31 if day <= 0 else day - 30), "fuera": not 0 < day <= 30, "hoy": day == 12,
                 "entradas": [dict(zip(("red", "hora", "texto", "estado"), entry, strict=True)) for entry in entries.get(day, [])]}
                for day in range(first + 1, first + 36)],
    }
