"""How numbers, sizes, times and durations are said in the user's language."""

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLocale

from desktop.core.i18n import _, ngettext


def number(value: float, decimals: int = 0) -> str:
    """A number with the locale's separators: "1,234"."""
    return QLocale().toString(round(value)) if decimals == 0 else QLocale().toString(float(value), "f", decimals)


def signed(value: float, decimals: int) -> str:
    """A number that may lie below zero, with a true minus: "−0.06"."""
    return ("−" if round(value, decimals) < 0 else "") + number(abs(value), decimals)


def percent(part: float, whole: float) -> str:
    """A share in whole per cent: "62 %"."""
    return _("{n} %").format(n=number(100 * part / whole if whole else 0))


def size(count: int) -> str:
    """A number of bytes: "1.2 GB"."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def memory(count: int) -> str:
    """An amount of memory, as shops and systems name it: "16 GB"."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def duration(seconds: float) -> str:
    """How long something took: "6 s", "51 minutes", "3 hours"."""
    if seconds < 60:
        return _("{n} s").format(n=number(max(1, seconds)))
    if seconds < 90 * 60:
        minutes = round(seconds / 60)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=number(minutes))
    hours = round(seconds / 3600)
    return ngettext("{n} hour", "{n} hours", hours).format(n=number(hours))


def moment(at: float, now: datetime | None = None) -> str:
    """When something was: "today 14:02", "yesterday 14:02", or the date."""
    when, today = datetime.fromtimestamp(at), (now or datetime.now()).date()
    time = _clock(when)
    if when.date() == today:
        return _("today {time}").format(time=time)
    if when.date() == today - timedelta(days=1):
        return _("yesterday {time}").format(time=time)
    return QLocale().toString(QDate(when.year, when.month, when.day), QLocale.FormatType.ShortFormat)


def done_about(seconds: float, now: datetime | None = None) -> str:
    """When something that takes `seconds` more will be done: "done about 16:40"."""
    end = (now or datetime.now()) + timedelta(seconds=seconds)
    if seconds < 20 * 3600:
        return _("done about {time}").format(time=_clock(end))
    days = max(1, round(seconds / 86400))
    return ngettext("done in about {n} day", "done in about {n} days", days).format(n=number(days))


def _clock(when: datetime) -> str:
    return f"{when:%H:%M}"
