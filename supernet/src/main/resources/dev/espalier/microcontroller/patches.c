
/* ---- parts of maps ---- */

/*
 * Where a kernel works in one patch: offsets in the arena of the first positions that it reads and
 * makes, rows and columns of both, positions from one row to the next in the maps that hold them,
 * and how far the first windows reach over the border.
 */
typedef struct {
  int32_t from, other, to;
  int16_t rows, columns, out_rows, out_columns;
  int16_t from_pitch, other_pitch, to_pitch;
  int16_t top, left, unused;
} place_t;

#define PATCH_POINTWISE(arena, p, weights, channels, scratch, inputs, outputs, out_zero, shift, table) \
  do {                                                                                                   \
    const int columns_ = (p)->out_columns;                                                               \
    for (int y_ = 0; y_ < (p)->out_rows; y_++) {                                                         \
      const int8_t *row_ = (arena) + (p)->from + y_ * (p)->from_pitch * (inputs);                        \
      int8_t *made_ = (arena) + (p)->to + y_ * (p)->to_pitch * (outputs);                                \
      POINTWISE(row_, made_, weights, channels, scratch, columns_, inputs, outputs, out_zero,    \
                shift, table);                                                                           \
    }                                                                                                    \
  } while (0)

/* As "window", of a part of a map whose rows are "pitch" positions apart. */
INLINE void patch_window(const int8_t *in, int8_t *patch, int row, int column, int rows, int columns,
                         int pitch, int inputs, int kernel, int zero) {
  for (int i = 0; i < kernel; i++) {
    int y = row + i;
    for (int j = 0; j < kernel; j++) {
      int x = column + j;
      if (y >= 0 && y < rows && x >= 0 && x < columns) {
        const int8_t *from = in + (y * pitch + x) * inputs;
        for (int c = 0; c < inputs; c++) *patch++ = from[c];
      } else {
        for (int c = 0; c < inputs; c++) *patch++ = (int8_t)zero;
      }
    }
  }
}

#define PATCH_CONVOLUTION(arena, p, weights, channels, scratch, inputs, kernel, stride, outputs, zero,   \
                          out_zero, shift, table)                                                        \
  do {                                                                                                   \
    enum { size = (inputs) * (kernel) * (kernel), words = (size + 3) / 4 };                              \
    const int8_t *in_ = (arena) + (p)->from;                                                             \
    int8_t *patch = (int8_t *)((scratch) + 4 * words);                                                   \
    for (int y = 0; y < (p)->out_rows; y++) {                                                            \
      int8_t *to = (arena) + (p)->to + y * (p)->to_pitch * (outputs);                                    \
      const int row_ = y * (stride) - (p)->top;                                                          \
      int x = 0;                                                                                         \
      for (; x + 2 <= (p)->out_columns; x += 2) {                                                        \
        patch_window(in_, patch, row_, x * (stride) - (p)->left, (p)->rows, (p)->columns,                \
                     (p)->from_pitch, (inputs), (kernel), (zero));                                       \
        widen(patch, (scratch), size, 2);                                                                \
        patch_window(in_, patch, row_, (x + 1) * (stride) - (p)->left, (p)->rows, (p)->columns,          \
                     (p)->from_pitch, (inputs), (kernel), (zero));                                       \
        widen(patch, (scratch) + 2, size, 2);                                                            \
        POSITIONS((scratch), to, (weights), (channels), words, 2, (outputs), (out_zero), (shift),        \
                  (table));                                                                              \
        to += 2 * (outputs);                                                                             \
      }                                                                                                  \
      if ((p)->out_columns % 2) {                                                                        \
        patch_window(in_, patch, row_, x * (stride) - (p)->left, (p)->rows, (p)->columns,                \
                     (p)->from_pitch, (inputs), (kernel), (zero));                                       \
        widen(patch, (scratch), size, 1);                                                                \
        POSITIONS((scratch), to, (weights), (channels), words, 1, (outputs), (out_zero), (shift),        \
                  (table));                                                                              \
      }                                                                                                  \
    }                                                                                                    \
  } while (0)

/* One channel after the other, as DEPTHWISE: the output may lie where the input lay. */
#define PATCH_DEPTHWISE(arena, p, weights, channels, scratch, count, kernel, stride, zero, out_zero,     \
                        shift, table)                                                                    \
  do {                                                                                                   \
    const int rows_ = (p)->rows, columns_ = (p)->columns;                                                \
    const int pitch_ = PITCH(columns_, kernel), cells_ = pitch_ * (rows_ + (kernel) - 1);                \
    half_t *plane_ = (half_t *)(scratch);                                                                \
    word_t *pairs_ = (word_t *)(scratch) + cells_ / 2;                                                   \
    for (int i = 0; i < cells_; i++) plane_[i] = (zero);                                                 \
    for (int c = 0; c < (count); c++) {                                                                  \
      half_t *into_ = plane_ + (p)->top * pitch_ + (p)->left;                                            \
      for (int y = 0; y < rows_; y++) {                                                                  \
        const int8_t *from_ = (arena) + (p)->from + y * (p)->from_pitch * (count) + c;                   \
        for (int x = 0; x < columns_; x++) {                                                             \
          into_[x] = *from_;                                                                             \
          from_ += (count);                                                                              \
        }                                                                                                \
        into_ += pitch_;                                                                                 \
      }                                                                                                  \
      weight_pairs((const int8_t *)held(weights) + c * (kernel) * (kernel), pairs_, (kernel));           \
      const channel_t *own_ = (const channel_t *)held(channels) + c;                                     \
      const int32_t bias_ = own_->bias, multiplier_ = own_->multiplier;                                  \
      for (int y = 0; y < (p)->out_rows; y++) {                                                          \
        const half_t *at_ = plane_ + y * (stride) * pitch_;                                              \
        int8_t *to_ = (arena) + (p)->to + y * (p)->to_pitch * (count) + c;                               \
        int left_ = (p)->out_columns;                                                                    \
        for (; left_ >= 4; left_ -= 4) {                                                                 \
          ROW_BLOCK(at_, pairs_, pitch_, kernel, stride, 4, c, to_, (count), out_zero, shift, table);    \
          at_ += 4 * (stride);                                                                           \
          to_ += 4 * (count);                                                                            \
        }                                                                                                \
        if (left_ == 1) ROW_BLOCK(at_, pairs_, pitch_, kernel, stride, 1, c, to_, (count), out_zero, shift, table); \
        if (left_ == 2) ROW_BLOCK(at_, pairs_, pitch_, kernel, stride, 2, c, to_, (count), out_zero, shift, table); \
        if (left_ == 3) ROW_BLOCK(at_, pairs_, pitch_, kernel, stride, 3, c, to_, (count), out_zero, shift, table); \
      }                                                                                                  \
    }                                                                                                    \
  } while (0)

/* The output may lie where one of the inputs begins: it is never behind what is read. */
#define PATCH_ADD(arena, p, count, left_multiplier, right_multiplier, offset, out_zero, shift, table)    \
  do {                                                                                                   \
    for (int y_ = 0; y_ < (p)->out_rows; y_++) {                                                         \
      const int8_t *one_ = (arena) + (p)->from + y_ * (p)->from_pitch * (count);                         \
      const int8_t *two_ = (arena) + (p)->other + y_ * (p)->other_pitch * (count);                       \
      int8_t *made_ = (arena) + (p)->to + y_ * (p)->to_pitch * (count);                                  \
      ADD(one_, two_, made_, (p)->out_columns *(count), left_multiplier, right_multiplier, offset,       \
          out_zero, shift, table);                                                                       \
    }                                                                                                    \
  } while (0)

#define PATCH_TABLE(arena, p, count, table)                                                              \
  do {                                                                                                   \
    for (int y_ = 0; y_ < (p)->out_rows; y_++) {                                                         \
      const int8_t *row_ = (arena) + (p)->from + y_ * (p)->from_pitch * (count);                         \
      int8_t *made_ = (arena) + (p)->to + y_ * (p)->to_pitch * (count);                                  \
      TABLE(row_, made_, (p)->out_columns *(count), table);                                              \
    }                                                                                                    \
  } while (0)

#define PATCH_POOL(arena, p, count, kernel, stride, average)                                             \
  do {                                                                                                   \
    const int8_t *in_ = (arena) + (p)->from;                                                             \
    for (int y = 0; y < (p)->out_rows; y++) {                                                            \
      int8_t *to_ = (arena) + (p)->to + y * (p)->to_pitch * (count);                                     \
      for (int x = 0; x < (p)->out_columns; x++) {                                                       \
        for (int c = 0; c < (count); c++) {                                                              \
          int32_t sum = 0, most = -128, inside = 0;                                                      \
          for (int i = 0; i < (kernel); i++) {                                                           \
            for (int j = 0; j < (kernel); j++) {                                                         \
              const int row = y * (stride) - (p)->top + i, column = x * (stride) - (p)->left + j;        \
              if (row >= 0 && row < (p)->rows && column >= 0 && column < (p)->columns) {                 \
                const int32_t value = in_[(row * (p)->from_pitch + column) * (count) + c];               \
                sum += value;                                                                            \
                most = value > most ? value : most;                                                      \
                inside++;                                                                                \
              }                                                                                          \
            }                                                                                            \
          }                                                                                              \
          *to_++ = (int8_t)((average) ? (2 * (sum + 128 * inside) + inside) / (2 * inside) - 128 : most); \
        }                                                                                                \
      }                                                                                                  \
    }                                                                                                    \
  } while (0)
