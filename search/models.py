"""Rows of the search: the database engine's index, writes that are followed, rebuilds, words and counts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SearchDocument(models.Model):
    """One SKU as the database engine finds it. Tokens stand between spaces, one at each end too."""

    sku = models.OneToOneField("shop.Sku", models.CASCADE, primary_key=True, related_name="search_document")
    #: Words, pairs of Chinese characters, and single ones: of the name; of brand, category and specs; of the rest.
    name_tokens = models.TextField()
    head_tokens = models.TextField()
    #: All of them, with pinyin and initials.
    tokens = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["written_at"], name="search_document_written")]


class IndexWrite(models.Model):
    """A write that the engine took and has not done yet, or failed to do. A sweep follows it to its end."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待中")
        FAILED = "failed", _("失败，将重试")
        GIVEN_UP = "given_up", _("已放弃")

    task = models.BigIntegerField(_("任务号"))
    index = models.CharField(_("索引"), max_length=80)
    sku_ids = models.JSONField(_("SKU"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=1)
    error = models.CharField(_("错误"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("时间"))
    due_at = models.DateTimeField(_("下次处理"))

    class Meta:
        verbose_name = _("索引写入")
        verbose_name_plural = _("索引写入")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["index", "task"], name="search_write_once_per_task")]
        indexes = [models.Index(fields=["state", "due_at"], name="search_write_due")]


class Rebuild(models.Model):
    """One building of a new index, from its start to its swap."""

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    index = models.CharField(_("索引"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(_("总数"), default=0)
    done = models.PositiveIntegerField(_("已完成"), default=0)
    error = models.CharField(_("错误"), max_length=500, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    #: Moves while the rebuild lives; one that stands still belongs to a process that died.
    beat_at = models.DateTimeField(_("最近进展"))
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("索引重建")
        verbose_name_plural = _("索引重建")
        ordering = ["-id"]
        constraints = [
            # Two rebuilds at once would swap each other's halves in.
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="search_one_rebuild_at_once")
        ]


class IndexVersion(models.Model):
    """By which version of the settings and the documents' shape an index was built. Goes with no rebuild's row."""

    index = models.CharField(_("索引"), max_length=80, primary_key=True)
    version = models.PositiveSmallIntegerField(_("版本"))
    digest = models.CharField(max_length=16)
    built_at = models.DateTimeField(_("时间"))


class Touched(models.Model):
    """A SKU that was indexed while a rebuild ran: the new index must read it again."""

    sku_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["sku_id"], name="search_touched_sku")]


class Term(models.Model):
    """A word that products are known by: offered while typing, and instead of a word that finds nothing."""

    class Kind(models.TextChoices):
        CATEGORY = "category", _("分类")
        BRAND = "brand", _("品牌")
        PRODUCT = "product", _("商品")
        WORD = "word", _("词")

    text = models.CharField(_("词"), max_length=120)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    #: As it is compared: canonical without spaces, and as it is typed in pinyin and by first letters.
    folded = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=400, blank=True)
    initials = models.CharField(max_length=120, blank=True)
    #: Products known by it.
    weight = models.PositiveIntegerField(_("商品数"), default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "text"], name="search_term_once_per_kind")]
        indexes = [
            # By beginnings: PostgreSQL finds them only in an index that orders by characters, not by a language.
            models.Index(fields=["folded"], name="search_term_folded_begins", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["pinyin"], name="search_term_pinyin_begins", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="search_term_initials_begins", opclasses=["varchar_pattern_ops"]),
        ]


class HotWord(models.Model):
    """A word that staff show under the search box, at a fixed place in the list."""

    text = models.CharField(_("热词"), max_length=30, unique=True)
    rank = models.PositiveIntegerField(_("顺序"), default=0, help_text=_("小的在前"))
    is_shown = models.BooleanField(_("显示"), default=True)
    starts_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("热词")
        verbose_name_plural = _("热词")
        ordering = ["rank", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="search_hotword_ends_after_it_starts",
                violation_error_message=_("结束时间必须晚于开始时间"),
            )
        ]

    def __str__(self) -> str:
        return self.text


class QueryCount(models.Model):
    """How often a text was searched on a day, and what it found. Nothing here says by whom.

    Rows go after ``SEARCH_LOG_DAYS``.
    """

    day = models.DateField(_("日期"))
    text = models.CharField(_("搜索词"), max_length=60)
    count = models.PositiveIntegerField(_("次数"), default=0)
    #: Products that the last search of the day found.
    found = models.PositiveIntegerField(_("结果数"), default=0)

    class Meta:
        verbose_name = _("搜索统计")
        verbose_name_plural = _("搜索统计")
        ordering = ["-day", "-count"]
        constraints = [models.UniqueConstraint(fields=["day", "text"], name="search_count_once_per_day")]
        indexes = [models.Index(fields=["text"], name="search_count_text")]


class QueryClick(models.Model):
    """How often a SKU was opened from the answer to a text on a day."""

    day = models.DateField(_("日期"))
    text = models.CharField(_("搜索词"), max_length=60)
    sku_id = models.BigIntegerField(_("SKU"))
    count = models.PositiveIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = _("搜索点击")
        verbose_name_plural = _("搜索点击")
        ordering = ["-day", "-count"]
        constraints = [models.UniqueConstraint(fields=["day", "text", "sku_id"], name="search_click_once_per_day")]


class Synonym(models.Model):
    """Words that mean the same. With ``one_way`` the first finds the others, not the other way round."""

    words = models.CharField(_("同义词"), max_length=300, help_text=_("用逗号分隔，例如：电饭锅,电饭煲"))
    one_way = models.BooleanField(_("单向"), default=False, help_text=_("只有搜索第一个词时才找到其余的词"))

    class Meta:
        verbose_name = _("同义词")
        verbose_name_plural = _("同义词")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.words


class Placement(models.Model):
    """A product that staff put at the top of the answer to a text, or took out of it."""

    class Kind(models.TextChoices):
        PIN = "pin", _("置顶")
        HIDE = "hide", _("隐藏")

    text = models.CharField(_("搜索词"), max_length=60, help_text=_("大小写、全半角、繁简不论"))
    folded = models.CharField(max_length=120, editable=False, db_index=True)
    spu = models.ForeignKey("shop.Spu", models.CASCADE, related_name="+", verbose_name=_("商品"))
    kind = models.CharField(_("方式"), max_length=4, choices=Kind, default=Kind.PIN)
    rank = models.PositiveIntegerField(_("顺序"), default=0, help_text=_("置顶时小的在前"))

    class Meta:
        verbose_name = _("置顶与隐藏")
        verbose_name_plural = _("置顶与隐藏")
        ordering = ["folded", "kind", "rank", "id"]
        constraints = [models.UniqueConstraint(fields=["folded", "spu"], name="search_placement_once_per_product")]

    def __str__(self) -> str:
        return f"{self.text} {self.get_kind_display()}"
