from tensorflow import keras
from tensorflow.keras.layers import LSTM, Bidirectional, Dense, Dropout, Embedding, TimeDistributed
from tensorflow.keras.models import Sequential

vocab_size = 5000

model = Sequential()
model.add(Embedding(vocab_size, 64, input_length=100))
model.add(Bidirectional(LSTM(64, return_sequences=True, dropout=0.2)))
model.add(keras.layers.GRU(32))
model.add(Dropout(0.5))
model.add(Dense(64, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
tagger = Sequential([
    Embedding(vocab_size, 64, mask_zero=True),
    LSTM(32, return_sequences=True, recurrent_dropout=0.1),
    TimeDistributed(Dense(12, activation="softmax")),
])
