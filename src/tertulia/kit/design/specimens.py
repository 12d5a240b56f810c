"""What the design page shows: groups of template source, each drawn as it stands and given to copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Group:
    """One heading of the page. ``wide``: its specimens need the whole width, so the two themes stand one above the other."""

    slug: str
    title: str | Promise
    note: str | Promise
    sources: Sequence[str]
    wide: bool = False


GROUPS = (
    Group("botones", _("Botones"), _("Uno principal por pantalla. Los que solo llevan icono dicen su nombre."), (
        '{% button "Responder" icon="reply" kind="primary" %}\n{% button "Asignar" icon="person" %}\n'
        '{% button "Posponer" icon="clock" kind="plain" %}\n{% button "Borrar" icon="trash" kind="danger" %}',
        '{% button "Borrar del todo" kind="danger primary" %}\n{% button "Pequeño" kind="small" icon="plus" %}\n'
        '{% button "Grande" kind="primary large" %}\n{% button "Ahora no" disabled=True %}',
        '<div class="toolbar">{% button "Ocultar" icon="hide" square=True %}{% button "Nota" icon="note" square=True %}'
        '{% button "Más acciones" icon="dots" square=True kind="plain" %}</div>\n'
        '<div class="joined">{% button "Mes" aria_pressed="true" %}{% button "Semana" %}{% button "Lista" %}</div>',
    )),
    Group("palabras", _("Palabras con color"), _("El color acompaña a la palabra; nunca habla solo."), (
        '{% pill "Borrador" %}\n{% pill "Programado" tone="accent" %}\n{% pill "Enviando" tone="info" busy=True %}\n'
        '{% pill "Publicado" tone="ok" %}\n{% pill "Sin confirmar" tone="warn" %}\n{% pill "Rechazado" tone="danger" %}',
        '{% sentiment "negative" p=0.91 %}\n{% sentiment "positive" p=0.84 %}\n{% sentiment "neutral" p=0.77 %}\n'
        '{% sentiment "negative" p=0.52 sure=False %}',
        '{% chip "Queja" tone="warn" icon="alert" %}\n{% chip "Posible venta" tone="ok" icon="cart" %}\n'
        '{% chip "Sugerencia" tone="violet" icon="bulb" %}\n{% chip "Pregunta" tone="info" icon="help" %}\n{% chip "Horno" icon="tag" %}',
        '{% badge 27 label="27 sin contestar" %}\n{% badge 3 tone="accent" %}\n{% badge 1 tone="danger" %}\n'
        '{% key "g b" %}\n<p>{% highlight "Llevo dos semanas esperando y nadie contesta." spans %}</p>',
    )),
    Group("personas", _("Personas y canales"), _("Sin foto, sus iniciales; siempre el mismo color para la misma persona."), (
        '{% avatar "Marta Solís" size="xl" %}\n{% avatar "Hugo Lerma" size="l" %}\n{% avatar "@pan_y_sal" %}\n{% avatar "Óscar" size="s" %}\n'
        '{% avatar "Panadería Lunares" square=True %}\n'
        '<span class="with-logo">{% avatar "Nadia Ferrer" size="l" %}{% logo red1 %}</span>',
        '{% channel red2 "@lunares@plaza.example" %}\n{% channel red1 "@lunares.example" %}\n<p>{% when ayer %} · {% when hoy %}</p>',
    )),
    Group("formularios", _("Formularios"), _("Cada campo con su nombre, su ayuda y lo que falla, unidos para quien escucha."), (
        '{% field form.nombre %}',
        '{% field form.correo %}',
        '{% field form.texto limit=80 keep="muestra" rows=3 %}',
        '{% field form.canal %}',
        '{% field form.cuando %}',
        '{% field form.avisar %}\n<label class="check"><input type="checkbox" class="switcher" checked> Avisos en vivo</label>',
        '{% search label="Buscar en la bandeja" key="" %}',
        '{% drop name="imagenes" id="imagenes" %}',
        '<div class="writer"><textarea aria-label="Respuesta" rows="2" id="respuesta">¡Gracias, Marta! Mañana abrimos a las ocho.</textarea>\n'
        '<footer>{% button "Imagen" icon="image" square=True kind="plain" %}{% button "Respuesta guardada" icon="bulb" square=True kind="plain" %}'
        '<span class="push">{% ring "respuesta" 300 %}{% button "Responder" icon="send" kind="primary" %}</span></footer></div>',
    )),
    Group("filas", _("Listas"), _("Se recorren con j y k, se eligen con x y se abren con Intro."), (
        '<ul class="rows card flush" data-rows>\n{% for fila in filas %}<li class="row{% if fila.nueva %} unread{% endif %}" data-row{% if fila.aqui %} aria-current="true"{% endif %}>\n'
        '<span class="with-logo">{% avatar fila.quien %}{% logo fila.red %}</span>\n<div class="row-body"><div class="row-title"><a class="row-link clip" href="#filas">{{ fila.quien }}</a>{% when fila.a %}</div>\n'
        '<p class="row-text clip-2">{{ fila.texto }}</p>\n<div class="row-meta">{% sentiment fila.tono %}{% if fila.tema %}{% chip fila.tema tone="warn" %}{% endif %}</div></div></li>\n{% endfor %}</ul>',
    )),
    Group("conversaciones", _("Conversaciones"), _("Lo suyo a un lado, lo nuestro al otro; las notas no salen de casa."), (
        '<ol class="talk card">\n<li class="said">{% avatar "Marta Solís" %}<header><strong>Marta Solís</strong>{% when ayer %}</header>'
        '<div class="bubble">¿Tenéis pan sin gluten los domingos?</div><footer>{% chip "Pregunta" tone="info" %}</footer></li>\n'
        '<li class="said ours">{% avatar "Irene Vidal" %}<header>{% when ayer %}<strong>Irene</strong></header><div class="bubble">Sí, por encargo hasta el viernes.</div>'
        '<footer>{% pill "Publicado" tone="ok" %}</footer></li>\n'
        '<li class="said note">{% avatar "Hugo Lerma" %}<header><strong>Nota de Hugo</strong>{% when hoy %}</header><div class="bubble">Obrador confirma: 12 piezas.</div></li>\n'
        '<li class="said hidden">{% avatar "anonimo" %}<header><strong>@anonimo</strong>{% when hoy %}</header><div class="bubble">Oculto: insulta a otra persona.</div>'
        '<footer>{% chip "Norma 2: sin insultos" icon="shield" %}</footer></li></ol>',
        '<article class="post card"><header>{% avatar "Panadería Lunares" square=True %}<div><strong>Panadería Lunares</strong><small>@lunares.example</small></div></header>'
        '<p class="text">Hoy encendemos el horno a las cinco. <span class="tail">Y esto ya no cabe.</span></p><footer><span>12 respuestas</span><span>48 me gusta</span></footer></article>',
    )),
    Group("avisos", _("Avisos"), _("Dicen qué pasa y qué se puede hacer. Sin sustos."), (
        '{% banner tone="warn" title="La red pide esperar" %}Seguimos a las 10:42; no hace falta que hagas nada.{% endbanner %}',
        '{% banner tone="danger" title="El canal se ha desconectado" %}Vuelve a conectarlo para que salga lo programado. <a href="#avisos">Conectar</a>{% endbanner %}',
        '{% banner tone="ok" %}Las 312 menciones están contestadas.{% endbanner %}\n{% banner %}Hay una forma más corta: pulsa {% key "?" %}.{% endbanner %}',
        '<div class="toast ok">{% icon "check" %}<span class="text">Oculto para todos.</span>{% button "Deshacer" kind="small" %}{% button "Cerrar" icon="close" kind="small" square=True %}</div>',
        '{% empty icon="checks" title="Nadie espera respuesta" text="Lo que llegue aparecerá aquí solo. Mientras, puedes preparar la semana." action="Abrir el calendario" url="#calendario" %}',
        '{% skeleton lines=3 %}',
    )),
    Group("abrir", _("Menús, diálogos y pestañas"), _("Se abren con el teclado, se cierran con Esc y devuelven el foco."), (
        '{% menu "Estado" id="menu-muestra" icon="filter" %}<button type="button">{% icon "inbox" %}Abiertas{% key "1" %}</button>\n'
        '<button type="button">{% icon "clock" %}Pospuestas{% key "2" %}</button><hr><button type="button" class="danger">{% icon "trash" %}Borrar{% key "#" %}</button>{% endmenu %}\n'
        '{% button "Ocultar…" icon="hide" opens="dialogo-muestra" %}\n'
        '{% dialog id="dialogo-muestra" title="Ocultar el comentario" %}<p>Dejará de verse en la red. Su autor puede reclamar.</p>'
        '<div class="actions">{% button "Cancelar" command="close" commandfor="dialogo-muestra" %}{% button "Ocultar" kind="primary" %}</div>{% enddialog %}',
        '{% tabs pestanas label="Vistas" %}\n{% pager newer="#abrir" older="#abrir" text="51–100 de 3.210" %}',
    )),
    Group("cifras", _("Cifras"), _("Un número, con qué se compara y hacia dónde va. Toda gráfica lleva su tabla."), (
        '<div class="grid">{% tile "Recibidos" "1.284" delta=12 good="" note="frente a la semana pasada" spark=serie %}\n'
        '{% tile "Primera respuesta" "18" unit="min" delta=-22 good="down" note="mediana" spark=baja %}</div>',
        '<div class="card">{% columns dias "Mensajes por día" now="Esta semana" before="La pasada" %}</div>',
        '<div class="card">{% bars redes "Mensajes por red" %}</div>',
        '{% meter 62 100 "62 de 100 llamadas usadas" %}\n{% meter 91 100 "91 de 100 llamadas usadas" tone="warn" %}',
        '<div class="table-wrap card" tabindex="0" role="region" aria-label="Envíos"><table class="table"><thead><tr><th scope="col">Qué</th><th scope="col">Dónde</th><th scope="col">Estado</th><th scope="col" class="num">Intentos</th></tr></thead>\n'
        '<tbody><tr><th scope="row">Horno de leña</th><td>{% channel red1 "@lunares.example" %}</td><td>{% pill "Publicado" tone="ok" %}</td><td class="num">1</td></tr>\n'
        '<tr><th scope="row">Sorteo de otoño</th><td>{% channel red2 "@lunares" %}</td><td>{% pill "Sin confirmar" tone="warn" %}</td><td class="num">2</td></tr></tbody></table></div>',
        '{% timeline pasos %}',
    )),
    Group("calendario", _("Calendario"), _("En el teléfono, el mes se lee como una lista de días."), (
        '<div class="month">{% for dia in "LMXJVSD" %}<div class="weekday">{{ dia }}</div>{% endfor %}{% for dia in mes %}<div class="day{% if dia.hoy %} today{% endif %}{% if dia.fuera %} other{% endif %}"><span class="day-num">{{ dia.n }}</span>\n'
        '{% for e in dia.entradas %}<a class="entry {{ e.estado }}" href="#calendario">{% logo e.red %}<time>{{ e.hora }}</time><span class="text">{{ e.texto }}</span></a>{% endfor %}</div>{% endfor %}</div>',
    ), wide=True),
    Group("paneles", _("Paneles"), _("Vistas, lista, conversación. En el teléfono, uno cada vez."), (
        '<div class="panes card flush"><div class="panes-in" data-show="list"><div class="pane views"><nav class="nav" aria-label="Vistas de muestra"><a href="#paneles" aria-current="page">{% icon "inbox" %}<span>Todas</span><span class="count">27</span></a>'
        '<a href="#paneles">{% icon "person" %}<span>Mías</span><span class="count">4</span></a></nav></div>\n'
        '<div class="pane list" tabindex="0" role="region" aria-label="Lista de muestra"><div class="pane-head"><h3>Sin contestar</h3></div><ul class="rows">{% for fila in filas %}<li class="row"><span class="with-logo">{% avatar fila.quien %}{% logo fila.red %}</span><div class="row-body"><div class="row-title">{{ fila.quien }}{% when fila.a %}</div><p class="row-text clip-2">{{ fila.texto }}</p></div></li>{% endfor %}</ul></div>\n'
        '<div class="pane detail"><div class="pane-head">{% button "Volver" icon="arrow-left" kind="plain back" href="#paneles" %}<h3>Marta Solís</h3></div><ol class="talk"><li class="said">{% avatar "Marta Solís" %}<header><strong>Marta</strong></header><div class="bubble">¿Tenéis pan sin gluten?</div></li></ol></div></div></div>',
    ), wide=True),
)
