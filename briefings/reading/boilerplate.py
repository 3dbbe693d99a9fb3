"""Lines of a page that are not the article: general rules, English and Chinese.

Three verdicts on a line: `is_noise` (drop it wherever it stands), `ends_article` (a heading after
which only readers' comments and biographies follow) and `starts_widget` (a heading over links or
buttons, after which the article may go on). A line about a subject is never noise for naming it:
"We use cookies" is a notice, "Chrome will drop third-party cookies" is news.
"""

from __future__ import annotations

import re

LONGEST_HEADING = 140
LONGEST_NOTICE = 600
"""Characters of a line that may be a notice or a caption; running text is often longer."""

_NOT_WORDS = re.compile(r"[^\w一-鿿'’&]+")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_BUTTONS_ENGLISH = """
about|about us|accept|accept all|accept all cookies|accept cookies|ad|add a comment|ads
advertisement|advertisements|advertising|agree|all rights reserved|allow all|analytics|archive
archives|back|back to top|be the first to comment|blog archive|bookmark|breaking news|careers
categories|close|comment|comments|contact|contact us|continue reading|cookie policy
cookie preferences|cookie settings|cookies settings|copy|copy link|dark mode|decline|decline all
deny|download app|download the app|e mail|edition|email|email this|english|expand|facebook|faq
faqs|follow|follow us|following|font size|functional|get the app|gift article|gift this article
google analytics|got it|help|home|homepage|i agree|instagram|install app|labels|leave a comment
leave your comments|like|likes|line|link copied|linkedin|listen|listen to article
listen to this article|live|load more|loading|log in|login|manage cookies|manage preferences|menu
messenger|more|more options|mute|my account|newer post|newer posts|newsletter|newsletters|next
next article|next post|no comments|no comments found|no comments yet|ok|okay|older post
older posts|open in app|open menu|page|pages|paid content|pause|performance|pinterest|play
post a comment|post comment|post comment as a guest|preferences|previous|previous article
previous post|print|print article|print this|privacy|privacy policy|promoted|read full article
read more|reddit|register|reject all|replies|reply|report|save|save article|save for later|saved
search|see all|see more|select language|share|share article|share on|share this|share this article
share this post|share this story|share via|show comments|show more|sign in|sign up|sitemap
skip navigation|skip to content|skip to main content|sponsored|sponsored content
strictly necessary|subscribe|subscribe now|tags|targeting|telegram|terms and condition
terms and conditions|terms of service|terms of use|text size|toggle navigation|top|topics
translate|tweet|twitter|us edition|view all|view comments|view more|wechat|weibo|whatsapp
write a comment|x|youtube
"""
_BUTTONS_CHINESE = """
首页|主页|导航|菜单|搜索|登录|注册|登录注册|登陆|退出|我的|订阅|关注|已关注|取消|确定|提交|返回
返回顶部|分享|分享到|分享至|分享文章|分享本文|微信|微博|新浪微博|qq|qq空间|朋友圈|复制链接|扫一扫
微信扫一扫|扫码分享|收藏|点赞|赞|喜欢|在看|打赏|赞赏|举报|投诉|纠错|我要纠错|打印|打印本页|关闭
关闭窗口|字号|大|中|小|字号 大 中 小|大 中 小|评论|发表评论|我要评论|写评论|写留言|查看评论|暂无评论
还没有评论|登录后评论|参与评论|全部评论|广告|推广|赞助|赞助内容|下载app|打开app|下载客户端|客户端
手机版|电脑版|上一篇|下一篇|上一页|下一页|阅读全文|查看更多|加载更多|展开全文|展开|收起|更多
点击查看更多|换一换|隐私政策|用户协议|服务条款|关于我们|联系我们|版权声明|网站地图|同意|接受|拒绝
全部接受|全部拒绝|接受所有|我知道了|管理cookie|听新闻|听文章|正文|播放|中文|简体中文|繁體中文
登入|註冊|訂閱|關注|分享至臉書|複製連結|留言|發表留言|返回首頁|首頁|廣告|收聽
"""
_BUTTONS = frozenset(re.split(r"[|\n]", (_BUTTONS_ENGLISH + _BUTTONS_CHINESE).strip()))

_CONSENT = _any(
    r"\b(?:we|our partners|(?:this|our|the) (?:web)?site)\b.{0,60}\buses?\b.{0,40}\bcookies\b",
    r"\b(?:use|accept|decline|reject|manage|block|disable|enable|allow)\w* (?:\w+ ){0,4}cookies?\b"
    r".{0,200}\b(?:web)?sites?\b",
    r"\bcookies? (?:\w+ )?(?:policy|settings?|notice|pref\w+|consent|banner)\b",
    r"\bby (?:continuing|using|browsing|clicking)\b.{0,80}"
    r"\b(?:cookies|you (?:agree|accept|consent))",
    r"\btools used to analy[sz]e the data\b",
    r"\b(?:privacy policy|terms of (?:use|service))\b.{0,60}\b(?:apply|agree|read|accept)\b",
    r"本?(?:网站|网页|站点|網站).{0,12}(?:使用|用).{0,4}cookies?",
    r"(?:我们|我們).{0,10}使用.{0,6}cookies?",
)
_SUBSCRIPTION = _any(
    r"\b(?:sign up|subscribe|register)\b.{0,60}\b(?:newsletters?|alerts|inbox|updates|digest)\b",
    r"\b(?:delivered|straight|sent) (?:\w+ )?to your inbox\b",
    r"\b(?:follow|like|find|join) us on (?:twitter|x|facebook|linkedin|instagram|telegram)\b",
    r"\bdownload (?:our|the)\b.{0,30}\bapp\b|\benter your e-?mail\b",
    r"\balready a (?:subscriber|member)|\bthis article is for subscribers\b",
    r"^to continue reading\b|^subscribe to:",
    r"\bfollow @?\w+ on (?:twitter|x|facebook|linkedin|instagram)\b",
    r"(?:扫码|扫描).{0,12}(?:关注|二维码|下载)|关注.{0,12}(?:公众号|视频号|微信号|我们)|长按.{0,10}二维码",
    r"更多.{0,14}(?:请关注|尽在|敬请关注|请下载)|下载.{0,12}(?:APP|客户端)|打开.{0,8}APP",
    r"点击.{0,8}(?:阅读原文|下载|关注|订阅)|返回搜狐.{0,3}查看更多",
)
_COUNTERS = _any(
    r"^\d[\d,.]*k? (?:comments?|shares?|likes?|views?|reads?|reactions?|replies|responses?)$",
    r"^(?:comments?|shares?|likes?|views?|replies) ?[:(] ?\d|^\(?\d+ min(?:ute)?s?(?: read)?\)?$",
    r"^[+#]?\d[\d.,]*[km]?$|^\d[\d.,]*[km]? followers?$|^[+·] ?(?:follow|关注)$|^@\S+$",
    r"^share (?:on|via|to|this)\b.{0,60}$|^分享(?:到|至).{0,40}$",
    r"^\d+ ?(?:条|人)?(?:评论|赞|阅读|参与|跟帖)",
    r"^(?:阅读|浏览|点击|评论|播放)(?:量|数|次数)? ?[:(]? ?[\d.]+",
)
_ASSISTANTS = _any(  # programs that stand between the reader and the text
    r"\bI(?:['’]m| am) \w*(?:AI|GPT|Bot)\b|\bI can summari[sz]e\b",
    r"\b(?:AI|automatically)[- ]generated summary\b|^(?:AI )?summary is (?:AI|automatically)",
    r"^本文由.{0,8}AI.{0,6}(?:生成|总结)",
)
_LEGAL = _any(
    r"\ball rights reserved\b|^(?:©|\(c\)|copyright\b).{0,120}$|^disclaimer\b|^our standards ?:",
    r"\b(?:views?|opinions?) expressed\b.{0,60}\b(?:author|writer|own)s?\b",
    r"^to contact the (?:reporters?|authors?|editors?|writers?)\b|^write to .{3,80}@",
    r"^(?:additional )?(?:reporting|writing|editing) (?:and \w+ )?by\b.{0,200}$",
    r"^with assistance (?:from|by)\b|^the post .{1,300} (?:first appeared|appeared first) on\b",
    r"^this (?:article|story|post) (?:was )?(?:originally|first) (?:appeared|published|posted)\b",
    r"^版权(?:所有|声明|归).{0,80}|^(?:法律|免责|特别|郑重|风险)?(?:声明|提示|提醒)[:：]",
    r"未经.{0,8}(?:授权|许可|允许).{0,12}(?:转载|使用|复制)|转载.{0,6}(?:请|须|需)?(?:注明|联系|标明)",
    r"不构成.{0,8}投资(?:建议|意见)|(?:观点|内容|文章).{0,6}[仅只]代表|^本文(?:来自|转载自|首发).{0,80}$",
    r"^[(（]?(?:责任|本文|值班|实习|文字|新媒体)?(?:编辑|編輯|校对|校對|审核|审校|监制|排版)"
    r" ?[:：/／].{0,30}$",
)
_POINTERS = _any(  # to other pages and to the author's own
    r"^I (?:write|cover|report) (?:about|on)\b.{0,200}$|^follow me on\b.{0,80}$",
    r"^(?:technorati )?(?:tags?|labels?|filed under|categor(?:y|ies)|topics?|keywords?) ?:",
    r"^(?:read|watch|listen|related|more|posted in|see also|also read|don['’]t miss) ?:",
    r"^read (?:more|also|next|the full)\b.{0,4}:",
    r"^(?:标签|關鍵詞|关键词|关键字|標籤|tag) ?[:：]|^收录于合集",
    r"^(?:相关阅读|延伸阅读|推荐阅读|相关新闻|相關閱讀|延伸閱讀|更多阅读|往期回顾) ?[:：].+",
    r"^(?:当前位置|您的位置|您现在的位置|所在位置|you are here) ?[:：]",
)
_NOTICES = (_CONSENT, _SUBSCRIPTION, _COUNTERS, _ASSISTANTS, _LEGAL, _POINTERS)

_PHOTO_SOURCES = (
    r"(?:Getty(?: Images)?|AFP|Reuters|Associated Press|AP(?: Photo)?|EPA|Xinhua|VCG|Bloomberg"
    r"|Shutterstock|Unsplash|Pixabay|Pexels|iStock|Alamy|Flickr|Wikimedia(?: Commons)?"
    r"|Imaginechina|Visual China(?: Group)?|China Daily|CFP|IC|Handout|SCMP(?: Pictures)?)"
)
_CREDIT = _any(
    r"[(\[（【](?:file |stock )?(?:photo|image|picture|pic|illustration|graphic|screenshot)s?\b"
    r"[^()\[\]（）]{2,120}[)\]）】]\.?$",
    r"(?:^|[.!?。)\]”\"]\s*)(?:photo|image|picture|photograph|photographer|illustration|graphic"
    r"|screenshot|credit)s?(?: credits?| courtesy| source)?\s?[:/|]\s?[^.。]{2,60}\.?$",
    r"^(?:photo|image|picture|photograph|illustration)s? (?:by|via|from|courtesy of) [^.。]{2,80}$",
    r"^(?:chart|table|graphic)s? ?: [^.。]{2,80}$",
    rf"(?:\bvia\b|©|/) ?(?:[\w'’.-]+ ){{0,4}}{_PHOTO_SOURCES}[)\]]?\.?$",
    r"^[\w%+-]+\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|pdf|mp4|mp3)$|^(?=.*\d)[0-9a-f]{12,}$",
    r"^(?:图|圖)为|^▲|(?:摄|攝|供图|提供)[)）】〕\]]$|\S{2,}[/／ ](?:摄|攝)$",
    r"^[(（\[【〔]?(?:图片|圖片|图|圖|照片|资料图|資料圖)(?:来源|來源|源|说明|片)? ?[:：/／]",
    r"(?:资料图|資料圖|资料图片|图片来源.{0,20}|图源.{0,20}|来源：视觉中国|/视觉中国)[)）】〕\]]?$",
)

_ENDS = _any(
    r"(?:\d[\d,]* )?(?:comments?|responses?|replies)(?: (?:on|to)\b.{0,200}| \d+)?",
    r"(?:leave|add|post|write) (?:a|your) (?:comment|reply|response)s?(?: below)?",
    r"(?:join|start) the (?:conversation|discussion)|(?:reader|user) comments|have your say",
    r"comments (?:are )?(?:closed|powered by\b.{0,40})|what do you think",
    r"about the (?:author|writer)s?|author bio(?:graphy)?",
    r"(?:网友|网民|最新|热门|精彩|全部|用户|读者)?(?:评论|留言|跟帖|評論)(?:区|列表|專區)?"
    r"(?: \d+)?[条條]?|\d+ ?[条條](?:评论|評論|留言)|(?:发表|發表|我要)(?:评论|評論|留言)",
    r"(?:关于)?作者(?:简介|介绍|簡介)?",
)
_WIDGETS = _any(
    r"related(?: (?:articles?|stories|posts?|content|news|reading|topics?|coverage|links?))?",
    r"(?:you )?(?:may|might) (?:also )?(?:like|be interested in)\b.{0,80}",
    r"more (?:from|on|in|about|stories|news|articles|coverage)\b.{0,60}",
    r"(?:recommended|suggested)(?: (?:for you|reading|articles|stories|videos?))?",
    r"(?:read|up|watch|what to read) next|trending(?: now| stories)?|latest (?:news|stories)",
    r"most (?:read|popular|viewed|shared|commented)|(?:editors?['’]?s?|our) picks?|top stories",
    r"from (?:our|the) (?:partners?|web|archive)|around the web|popular (?:posts|stories|now)",
    r"(?:share|like|enjoyed?) this(?: (?:article|story|post|page))?|spread the word",
    r"stay (?:informed|connected|in touch)|newsletter(?: sign ?up)?|further reading",
    r".{0,120}\b(?:check out|see|visit|read) the following"
    r" (?:links?|articles?|pages?|stories|resources?)",
    r"(?:相关|相關|推荐|推薦|延伸|更多|热门|熱門|精彩|今日|最新)"
    r"(?:阅读|閱讀|文章|新闻|新聞|报道|報導|推荐|资讯|内容|专题|视频|頭條|头条)",
    r"大家都在看|猜你喜欢|你可能[也还]?(?:喜欢|感兴趣).{0,10}|为[您你]推荐|热榜|排行榜",
    r"24小时热[文榜]|编辑推荐|往期(?:回顾|精选)",
)
_BREADCRUMB = re.compile(
    r"(?:[^|>»›/·•]{1,30}\s*(?:[|>»›·•]|\s/\s)\s*){2,}[^|>»›/·•]{0,60}"
    r"|(?:\w{2,8}\s*[|>»›]\s*)\w{2,8}"
)


def folded(line: str) -> str:
    """A line reduced to its words, for comparing with another."""
    return _NOT_WORDS.sub(" ", line.casefold()).strip()


def is_noise(line: str) -> bool:
    """Whether a line belongs to the page around the article, wherever it stands."""
    words = folded(line)
    if not words or words in _BUTTONS:
        return True
    if len(line) <= LONGEST_HEADING and _BREADCRUMB.fullmatch(line):
        return True
    return is_caption(line) or (
        len(line) <= LONGEST_NOTICE and any(notice.search(line) for notice in _NOTICES)
    )


def is_caption(line: str) -> bool:
    """Whether a line is the text under a picture, told by its credit, or a picture's file name."""
    return len(line) <= LONGEST_NOTICE and _CREDIT.search(line) is not None


def ends_article(line: str) -> bool:
    """Whether a line is a heading over comments or a biography."""
    return len(line) <= LONGEST_HEADING and _ENDS.fullmatch(folded(line)) is not None


def starts_widget(line: str) -> bool:
    """Whether a line is a heading over links, recommendations or share buttons."""
    return len(line) <= LONGEST_HEADING and _WIDGETS.fullmatch(folded(line)) is not None
