// Writes a picture as a PNG file without a library: the format allows data that is not compressed
// (RFC 2083 for the file, RFC 1950 and 1951 for what is inside).
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>

namespace png {

inline void append_number(std::string &out, uint32_t value) { // most significant byte first
  for (int shift = 24; shift >= 0; shift -= 8)
    out += char(value >> shift);
}

inline void append_chunk(std::string &file, const std::string &kind, const std::string &data) {
  append_number(file, uint32_t(data.size()));
  std::string checked = kind + data;
  file += checked;
  uint32_t crc = ~0u;
  for (unsigned char byte : checked) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  append_number(file, ~crc);
}

// `rgb` holds width * height pixels of three bytes, the top row first. False: errno says why.
inline bool write(const char *name, int width, int height, const unsigned char *rgb) {
  std::string rows; // a byte before each row says that it is as it is
  for (int y = 0; y < height; ++y)
    rows.append(1, '\0').append(reinterpret_cast<const char *>(rgb) + size_t(y) * width * 3,
                                size_t(width) * 3);
  std::string data = "\x78\x01"; // zlib's header, and blocks of at most 65535 bytes
  uint32_t a = 1, b = 0;         // Adler's checksum
  for (size_t start = 0; start < rows.size(); start += 65535) {
    size_t size = rows.size() - start < 65535 ? rows.size() - start : 65535;
    bool last = start + size == rows.size();
    for (size_t part : {size_t(last), size & 255, size >> 8, ~size & 255, ~size >> 8 & 255})
      data += char(part);
    data.append(rows, start, size);
  }
  for (unsigned char byte : rows) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  append_number(data, b << 16 | a);

  std::string header;
  append_number(header, uint32_t(width));
  append_number(header, uint32_t(height));
  header += std::string("\x08\x02\0\0\0", 5); // eight bits of red, green and blue
  std::string file = "\x89PNG\r\n\x1a\n";
  append_chunk(file, "IHDR", header);
  append_chunk(file, "IDAT", data);
  append_chunk(file, "IEND", "");
  std::FILE *out = std::fopen(name, "wb");
  if (!out)
    return false;
  bool whole = std::fwrite(file.data(), 1, file.size(), out) == file.size();
  return std::fclose(out) == 0 && whole;
}

} // namespace png
