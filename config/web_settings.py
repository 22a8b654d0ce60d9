"""The settings of the web process and of Flower."""

from pydantic import BaseModel, Field

from config.setting_types import (
    HostNames,
    Origins,
    ProxyNetworks,
    PublicUrl,
    UserAndPassword,
)


class WebSettings(BaseModel):
    """What an operator can set of what is reached over HTTP."""

    flower_port: int = Field(default=5555, ge=0, le=65535)
    flower_host: str = "127.0.0.1"
    flower_auth: UserAndPassword | None = Field(
        default=None, description="user:password for Flower; unset: made up at each start."
    )
    web_host: str = Field(default="127.0.0.1", description="Where the web process listens.")
    web_port: int = Field(default=8080, ge=0, le=65535)
    web_hosts: HostNames = Field(
        default=frozenset(),
        description="More host names under which the web process is asked, separated by commas;"
        " those of loopback, NEWSLOOM_WEB_HOST and NEWSLOOM_PUBLIC_URL are known.",
    )
    web_origins: Origins = Field(
        default=frozenset(),
        description="Origins of other sites whose pages may use the API (CORS), such as"
        " https://dash.example, separated by commas; unset: none.",
    )
    web_proxy: ProxyNetworks = Field(
        default=frozenset(),
        description="Networks of reverse proxies, such as 10.0.0.5/32, that name whoever asks in"
        " X-Forwarded-User; unset: the header is not believed.",
    )
    web_rate: int = Field(
        default=600, ge=0, description="Requests a minute for each key or address; 0: no limit."
    )
    public_url: PublicUrl = Field(
        default=None,
        description="Address under which others reach the web process, such as "
        "https://news.example.org; unset: no WebSub subscriptions.",
    )
