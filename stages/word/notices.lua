-- Notices such as `> [!NOTE]` with their kind in words: pandoc's reader takes the mark for text.
local kinds = { NOTE = "Note", TIP = "Tip", IMPORTANT = "Important", WARNING = "Warning", CAUTION = "Problem" }

function BlockQuote(quote)
  local first = quote.content[1]
  if not first or (first.t ~= "Para" and first.t ~= "Plain") or not first.content[1] then
    return nil
  end
  local mark = first.content[1].t == "Str" and first.content[1].text:match("^%[!(%u+)%]$")
  if not mark or not kinds[mark] then
    return nil
  end
  first.content:remove(1)
  while first.content[1] and (first.content[1].t == "SoftBreak" or first.content[1].t == "Space") do
    first.content:remove(1)
  end
  quote.content:insert(1, pandoc.Para({ pandoc.Strong({ pandoc.Str(kinds[mark]) }) }))
  return quote
end
