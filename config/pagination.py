"""Pages of the API's lists. Apart from config.api: the schema's generator loads it before any view exists."""

from rest_framework import pagination


class PageNumberPagination(pagination.PageNumberPagination):
    """Pages of 20, up to 100 with `?page_size=`."""

    page_size_query_param = "page_size"
    max_page_size = 100
