"""Traditional signs to simplified ones, for the words of the forms and of their headings alone.

Texts are never changed by it: it serves to know a word, and what is stored stays as printed.
"""

import re

_PAIRS = (
    "並并 佈布 佔占 來来 係系 個个 們们 備备 傳传 億亿 內内 兩两 冊册 創创 劃划 動动 務务 勝胜 勞劳 勢势 匯汇 區区 "
    "員员 問问 單单 嚮向 國国 圍围 園园 圖图 團团 執执 報报 場场 學学 寧宁 審审 寫写 寬宽 將将 專专 對对 導导 層层 "
    "屬属 島岛 幾几 庫库 廢废 廣广 廳厅 強强 彙汇 後后 徑径 從从 復复 徵征 徹彻 慶庆 應应 懷怀 戶户 掃扫 採采 換换 "
    "擊击 據据 擬拟 數数 於于 時时 書书 會会 東东 條条 楊杨 業业 構构 標标 樣样 橋桥 機机 檔档 檢检 權权 歡欢 歷历 "
    "殘残 決决 沒没 況况 減减 準准 滿满 漢汉 澤泽 濟济 瀏浏 灣湾 災灾 為为 無无 熱热 爭争 爲为 獲获 現现 環环 產产 "
    "畫画 異异 當当 療疗 發发 監监 眾众 確确 碼码 礙碍 礦矿 祕秘 稅税 種种 稱称 穩稳 箇个 節节 範范 簡简 糾纠 約约 "
    "紅红 納纳 紙纸 級级 組组 結结 絡络 給给 統统 經经 綜综 綠绿 維维 網网 線线 編编 縣县 縮缩 總总 織织 繫系 繳缴 "
    "繼继 續续 罰罚 羅罗 義义 習习 聞闻 聯联 職职 聽听 臨临 臺台 與与 舉举 莊庄 華华 萬万 藍蓝 蘇苏 處处 號号 術术 "
    "衛卫 衝冲 裏里 補补 裡里 製制 複复 見见 規规 視视 覽览 訂订 計计 訊讯 訓训 記记 訟讼 訪访 設设 許许 訴诉 註注 "
    "評评 詢询 試试 話话 該该 認认 語语 誤误 說说 調调 談谈 請请 論论 諮咨 識识 議议 護护 讀读 讓让 負负 財财 責责 "
    "費费 貿贸 資资 賓宾 質质 賬账 購购 較较 載载 輯辑 輿舆 轄辖 轉转 辦办 農农 這这 連连 週周 進进 運运 過过 達达 "
    "遞递 適适 遲迟 遷迁 選选 遺遗 還还 邊边 郵邮 鄉乡 鄭郑 鄰邻 醫医 釋释 針针 銀银 銷销 錄录 錯错 鍵键 鎮镇 鏈链 "
    "鐵铁 長长 門门 閉闭 開开 間间 閱阅 關关 陸陆 陽阳 隊队 際际 隨随 險险 隱隐 隻只 雙双 難难 雲云 電电 靈灵 頁页 "
    "頂顶 項项 順顺 須须 預预 領领 頻频 題题 額额 類类 顯显 風风 飛飞 養养 館馆 馬马 駁驳 驗验 體体 鳳凤 麗丽 黃黄 "
    "點点 黨党 齊齐 齡龄 龍龙 "
)
_IS_TRADITIONAL = re.compile(f"[{''.join(pair[0] for pair in _PAIRS.split())}]")
_TABLE = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})


def to_simplified(text: str) -> str:
    """Return a text with the traditional signs of official words folded; all else stays.

    >>> to_simplified("政府信息公開工作年度報告"), to_simplified("行政強制")
    ('政府信息公开工作年度报告', '行政强制')
    """
    return text.translate(_TABLE) if _IS_TRADITIONAL.search(text) else text
