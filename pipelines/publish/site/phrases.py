"""Datasette's own template sources, phrase by phrase, in Chinese.

One table: template → (text as Datasette 0.65 writes it, what stands there instead). Where Datasette prints a
word that comes from Python (a filter's name, a column), the phrase puts a call of `zh` (see `chinese.Chinese`)
in its place. A phrase that is not found any more is reported, see `translate.missing`.
"""

from __future__ import annotations

Phrases = tuple[tuple[str, str], ...]

_ROWS = "row{{% if {0} == 1 %}}{{% else %}}s{{% endif %}}"
_ACTIONS: Phrases = ((">Table actions</title>", ">更多操作</title>"),)
_RESPONSIVE = (
    'content: "{{ column|escape_css_string }}"',
    'content: "{{ zh.column(database, table, column)|escape_css_string }}"',
)
_EXPORT: Phrases = (
    ("This data as {% for", "本页数据：{% for"),
    ('<a href="{{ url }}">{{ name }}</a>', '<a href="{{ url }}">{{ name|upper }}</a>'),
    ('{{ ", " if not loop.last }}', '{{ "、" if not loop.last }}'),
)

_LABELS: Phrases = tuple(
    (f'name="{name}', f'aria-label="{label}" name="{name}')
    for name, label in (
        ("_filter_column", "列"),
        ("_filter_op", "比较方式"),
        ("_filter_value", "值"),
        ('_sort" id', "排序"),
    )
)
"""What a screen reader says of the fields of the filters."""

_SCRIPTS: dict[str, Phrases] = {
    # A click anywhere would close what a reader has unfolded, not only the menus.
    "_close_open_menus.html": (
        (
            "document.getElementsByTagName('details')",
            "document.querySelectorAll('details.nav-menu, details.actions-menu-links')",
        ),
    ),
}

TEMPLATES: dict[str, Phrases] = {
    **_SCRIPTS,
    "_description_source_license.html": (
        ("Data license:", "数据许可："),
        ("Data source:", "数据来源："),
        ("About:", "关于："),
    ),
    "_facet_results.html": (
        (
            '<strong>{{ facet_info.name }}{% if facet_info.type != "column" %} ({{ facet_info.type }}){% endif %}',
            "<strong>{{ zh.column(database, table, facet_info.name) }}"
            '{% if facet_info.type != "column" %}（{{ zh.facet_type(facet_info.type) }}）{% endif %}',
        ),
        (
            '{{ (facet_value.label | string()) or "-" }}',
            "{{ zh.as_code(zh.value(database, table, facet_info.name, facet_value.label)) }}",
        ),
        (
            '{{ facet_value.label or "-" }}',
            "{{ zh.as_code(zh.value(database, table, facet_info.name, facet_value.label)) }}",
        ),
        ('class="cross">', 'class="cross" aria-label="取消">'),
    ),
    "_suggested_facets.html": (
        ("Suggested facets:", "可以按这些列归类："),
        ("{{ facet.name }}</a>", "{{ zh.column(database, table, facet.name) }}</a>"),
        (" ({{ facet.type }})", "（{{ zh.facet_type(facet.type) }}）"),
        ("{% if not loop.last %}, {% endif %}", "{% if not loop.last %}、{% endif %}"),
    ),
    "_table.html": (
        (
            "{{ column.name }}\n                        {% else %}",
            "{{ zh.column(database, table, column.name) }}\n                        {% else %}",
        ),
        (
            'rel="nofollow">{{ column.name }}',
            'rel="nofollow">{{ zh.column(database, table, column.name) }}',
        ),
        (
            """{% for row in display_rows %}
            <tr>
                {% for cell in row %}
                    <td class="col-{{ cell.column|to_css_class }} type-{{ cell.value_type }}">{{ cell.value }}</td>
                {% endfor %}
            </tr>
        {% endfor %}""",
            "{{ zh.rows_of_table(display_rows) }}",
        ),
        ("0 records", "没有记录"),
    ),
    "database.html": (
        *_ACTIONS,
        ("<h3>Custom SQL query</h3>", "<h2>自己写 SQL 查询</h2>"),
        ("Format SQL", "整理 SQL"),
        ("Run SQL", "运行"),
        (
            "The following databases are attached to this connection, and can be used for cross-database joins:",
            "这个连接还挂着以下数据库，可以跨库关联查询：",
        ),
        (">tables</a>", ">数据表</a>"),
        (">Queries</h2>", ">常用查询</h2>"),
        (">Tables</h2>", ">数据表</h2>"),
        (
            "{{ table.name }}</a>",
            "{{ zh.table(database, table.name) }}</a> <code>{{ table.name }}</code>",
        ),
        ("<em> (hidden)</em>", "<em>（内部表）</em>"),
        (
            "<em>{% for column in table.columns %}{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}</em>",
            "{{ zh.table_description(database, table.name) }}",
        ),
        ("Many rows", "行数很多"),
        (
            '{{ "{:,}".format(table.count) }} ' + _ROWS.format("table.count"),
            "{{ zh.number(table.count) }} 行",
        ),
        (
            '... and <a href="{{ urls.database(database) }}?_show_hidden=1">{{ "{:,}".format(hidden_count) }}'
            " hidden table{% if hidden_count == 1 %}{% else %}s{% endif %}</a>",
            '<a href="{{ urls.database(database) }}?_show_hidden=1">另有 {{ hidden_count }} 个内部表</a>',
        ),
        (">Views</h2>", ">视图</h2>"),
        ("{{ view.name }}</a>", "{{ zh.table(database, view.name) }}</a>"),
        ("Download SQLite DB:", "下载整个 SQLite 数据库："),
        (
            "{% block title %}{{ database }}{% endblock %}",
            "{% block title %}{{ metadata.title or database }}{% endblock %}",
        ),
    ),
    "error.html": (
        (
            "{% if title %}{{ title }}{% else %}Error {{ status }}{% endif %}",
            "{{ zh.error_title(title, status) }}",
        ),
        (
            '<div style="padding: 1em; margin: 1em 0; border: 3px solid red;">{{ error }}</div>',
            '<div class="message-error">{{ zh.error(error) }}</div>'
            '<p><a href="{{ urls.instance() }}">回到首页</a></p>',
        ),
    ),
    "index.html": (
        (
            '{{ "{:,}".format(database.table_rows_sum) }} rows in ',
            "{{ zh.number(database.table_rows_sum) }} 行，",
        ),
        (
            "{{ database.tables_count }} table{% if database.tables_count != 1 %}s{% endif %}"
            "{% if database.tables_count and database.hidden_tables_count %}, {% endif -%}",
            "{{ database.tables_count }} 个表"
            "{% if database.tables_count and database.hidden_tables_count %}；{% endif -%}",
        ),
        (
            '{{ "{:,}".format(database.hidden_table_rows_sum) }} rows in ',
            "{{ zh.number(database.hidden_table_rows_sum) }} 行，",
        ),
        (
            "{{ database.hidden_tables_count }} hidden table"
            "{% if database.hidden_tables_count != 1 %}s{% endif -%}",
            "{{ database.hidden_tables_count }} 个内部表",
        ),
        (
            "{% if database.tables_count or database.hidden_tables_count %}, {% endif",
            "{% if database.tables_count or database.hidden_tables_count %}；{% endif",
        ),
        (
            '{{ "{:,}".format(database.views_count) }} view{% if database.views_count != 1 %}s{% endif %}',
            "{{ database.views_count }} 个视图",
        ),
        ('title="{{ table.count }} rows"', 'title="{{ table.count }} 行"'),
        (
            ">{{ table.name }}</a>{% if table.private %} 🔒{% endif %}{% if not loop.last %}, {% endif %}",
            ">{{ zh.table(database.name, table.name) }}</a>"
            "{% if table.private %} 🔒{% endif %}{% if not loop.last %}、{% endif %}",
        ),
        (
            "{% endif %}{% endfor %}{% if database.tables_and_views_more %}, <a",
            "{% endif %}{% endfor %}{% if database.tables_and_views_more %}、<a",
        ),
    ),
    "logout.html": (
        ("Log out", "退出登录"),
        ("You are logged in as", "当前登录身份："),
    ),
    "query.html": (
        (
            """{% for column in columns %}
    .rows-and-columns td:nth-of-type({{ loop.index }}):before { content: "{{ column|escape_css_string }}"; }
{% endfor %}""",
            "{{ zh.labels_of_query(database, columns) }}",
        ),
        (
            "{% block title %}{{ database }}{% if query and query.sql %}: {{ query.sql }}{% endif %}",
            "{% block title %}{{ metadata.title or database }}"
            "{% if not canned_query and query and query.sql %}：SQL 查询{% endif %}",
        ),
        (
            "This query cannot be executed because the database is immutable.",
            "这个查询要写入数据，而数据库是只读的，所以不能运行。",
        ),
        ("not metadata.title %}: {{ canned_query }}", "not metadata.title %}：{{ canned_query }}"),
        ("<h3>Custom SQL query", "<h2>SQL 查询"),
        ("{% endif %}</h3>", "{% endif %}</h2>"),
        (
            " returning {% if truncated %}more than {% endif %}"
            '{{ "{:,}".format(display_rows|length) }} ' + _ROWS.format("display_rows|length"),
            "，{% if truncated %}结果超过 {{ zh.number(display_rows|length) }} 行，只列出前"
            "{% else %}结果{% endif %} {{ zh.number(display_rows|length) }} 行",
        ),
        (
            '(<a href="{{ show_hide_link }}">{{ show_hide_text }}</a>)',
            '（<a href="{{ show_hide_link }}">{{ zh.show_hide(show_hide_text) }}</a>）',
        ),
        ('<p class="message-error">{{ error }}</p>', '<p class="message-error">{{ zh.error(error) }}</p>'),
        ("<h3>Query parameters</h3>", "<h2>查询条件</h2>"),
        ('">{{ name }}</label>', '">{{ zh.column(database, None, name) }}</label>'),
        ("Format SQL", "整理 SQL"),
        ("Run SQL", "运行"),
        ("Edit SQL", "修改 SQL"),
        *_EXPORT,
        ('{% endfor %}, <a href="{{ url_csv }}">CSV</a>', '{% endfor %}、<a href="{{ url_csv }}">CSV</a>'),
        (
            '{% for column in columns %}<th class="col-{{ column|to_css_class }}" scope="col">{{ column }}</th>{% endfor %}',
            "{{ zh.heads_of_query(database, columns) }}",
        ),
        (
            """{% for row in display_rows %}
        <tr>
            {% for column, td in zip(columns, row) %}
                <td class="col-{{ column|to_css_class }}">{{ td }}</td>
            {% endfor %}
        </tr>
    {% endfor %}""",
            "{{ zh.rows_of_query(columns, display_rows) }}",
        ),
        ("0 results", "没有结果"),
    ),
    "row.html": (
        _RESPONSIVE,
        (
            "{% block title %}{{ database }}: {{ table }}{% endblock %}",
            "{% block title %}{{ zh.table(database, table) }}：{{ ', '.join(primary_key_values) }}{% endblock %}",
        ),
        ("{{ table }}: {{ ', '.join(", "{{ zh.table(database, table) }}：{{ ', '.join("),
        *_EXPORT,
        ("Links from other tables", "其他表中的相关记录"),
        (
            '{{ "{:,}".format(other.count) }} ' + _ROWS.format("other.count") + "</a>",
            "{{ zh.table(database, other.other_table) }}：{{ zh.number(other.count) }} 行</a>",
        ),
        (
            "from {{ other.other_column }} in {{ other.other_table }}",
            "（{{ zh.column(database, other.other_table, other.other_column) }}）",
        ),
    ),
    "show_json.html": (),
    "table.html": (
        *_ACTIONS,
        *_LABELS,
        ("<h3>", "<h2>"),
        ("</h3>", "</h2>"),
        (
            'content: "{{ column.name|escape_css_string }}"',
            'content: "{{ zh.column(database, table, column.name)|escape_css_string }}"',
        ),
        (
            "{% block title %}{{ database }}: {{ table }}: ",
            "{% block title %}{{ metadata.title or zh.table(database, table) }}：",
        ),
        (
            '{{ "{:,}".format(filtered_table_rows_count) }} ' + _ROWS.format("filtered_table_rows_count"),
            "{{ zh.number(filtered_table_rows_count) }} 行",
        ),
        ("{% endif %}{% if human_description_en %} {{", "{% endif %}{% if human_description_en %}，{{"),
        (
            "{% endif %}\n        {% if human_description_en %}{{",
            "{% endif %}{% if human_description_en %}，{{",
        ),
        ("{{ human_description_en }}", "{{ zh.description(request, filters, database, table) }}"),
        ("{{ metadata.title or table }}", "{{ metadata.title or zh.table(database, table) }}"),
        ("(view)", "（视图）"),
        (
            '<dl class="column-descriptions">',
            '<details><summary>各列的含义</summary><dl class="column-descriptions">',
        ),
        (
            "<dt>{{ column_name }}</dt>",
            "<dt>{{ zh.column(database, table, column_name) }} <code>{{ column_name }}</code></dt>",
        ),
        ("    {% endfor %}\n</dl>", "    {% endfor %}\n</dl></details>"),
        (
            '<pre class="wrapped-sql">{{ table_definition }}</pre>',
            '<details><summary>建表语句</summary><pre class="wrapped-sql">{{ table_definition }}</pre></details>',
        ),
        (
            '<pre class="wrapped-sql">{{ view_definition }}</pre>',
            '<details><summary>视图的定义</summary><pre class="wrapped-sql">{{ view_definition }}</pre></details>',
        ),
        (">Search:</label>", ">搜索：</label>"),
        ("- remove filter -", "（去掉这个条件）"),
        ("- column -", "（选一列）"),
        (
            "<option{% if c == column %} selected{% endif %}>{{ c }}</option>",
            '<option value="{{ c }}"{% if c == column %} selected{% endif %}>'
            "{{ zh.column(database, table, c) }}</option>",
        ),
        (
            "<option>{{ column }}</option>",
            '<option value="{{ column }}">{{ zh.column(database, table, column) }}</option>',
        ),
        (">{{ display }}</option>", ">{{ zh.lookup(key, display) }}</option>"),
        ("Sort...", "排序…"),
        (">Sort by {{ column.name }}<", ">按{{ zh.column(database, table, column.name) }}<"),
        ("> descending</label>", "> 从大到小</label>"),
        ('value="Apply"', 'value="应用"'),
        (
            "{{ extra_wheres_for_ui|length }} extra where clause"
            "{% if extra_wheres_for_ui|length != 1 %}s{% endif %}",
            "另有 {{ extra_wheres_for_ui|length }} 个 SQL 条件",
        ),
        (">remove</a>]", ">去掉</a>]"),
        ("View and edit SQL", "查看和修改 SQL"),
        *_EXPORT,
        (
            '{% if display_rows %}, <a href="{{ url_csv }}">CSV</a> (<a href="#export">advanced</a>)',
            '{% if display_rows %}、<a href="{{ url_csv }}">CSV</a>（<a href="#export">更多导出方式</a>）',
        ),
        (
            'These facets timed out: {{ ", ".join(facets_timed_out) }}',
            '这些归类统计超时了：{{ "、".join(facets_timed_out) }}',
        ),
        ("Next page", "下一页"),
        ("Advanced export", "更多导出方式"),
        ("JSON shape:", "JSON 的形状："),
        (">default</a>,", ">默认</a>、"),
        (">array</a>,", ">数组</a>、"),
        (">newline-delimited</a>{% if primary_keys %},", ">一行一条</a>{% if primary_keys %}、"),
        (">object</a>", ">以主键为名的对象</a>"),
        ("CSV options:", "CSV 选项："),
        ("> download file<", "> 存为文件<"),
        ("> expand labels<", "> 带上关联名称<"),
        ("> stream all rows<", "> 全部行<"),
        ('value="Export CSV"', 'value="导出 CSV"'),
        ("DATASETTE_ALLOW_FACET = ", "var DATASETTE_ALLOW_FACET = "),
        ("{{ urls.static('table.js') }}", "{{ zh.asset('table.js') }}"),
    ),
}

TABLE_JS: Phrases = (
    ("Sort ascending", "从小到大排序"),
    ("Sort descending", "从大到小排序"),
    ("Facet by this", "按此列归类"),
    ("Hide this column", "隐藏此列"),
    ("Show all columns", "显示所有列"),
    ("Show not-blank rows", "只看有内容的行"),
    ("`Type: ${columnType.toUpperCase()}${notNull}`", "`类型：${columnType.toUpperCase()}${notNull}`"),
    ('" NOT NULL"', '"，不为空"'),
    ("Remove this filter", "去掉这个条件"),
)
