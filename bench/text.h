// text.h -- joins texts.
#ifndef PORTCULLIS_BENCH_TEXT_H_
#define PORTCULLIS_BENCH_TEXT_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::bench {

inline std::string Cat(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// ["a","b"] of texts that need no escapes.
inline std::string JsonList(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    json += Cat({"\"", text, "\""});
  }
  return json + "]";
}

// As JsonList(), but a single text stands alone, as policies are written.
inline std::string JsonListOrText(const std::vector<std::string>& texts) {
  return texts.size() == 1 ? Cat({"\"", texts[0], "\""}) : JsonList(texts);
}

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_TEXT_H_
