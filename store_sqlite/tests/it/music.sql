-- A small shop in the manner of an existing database: mixed quoting, named and unnamed constraints.
CREATE TABLE [Artist] (
    [ArtistId] INTEGER NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Artist] PRIMARY KEY ([ArtistId])
);
CREATE TABLE [Album] (
    [AlbumId] INTEGER NOT NULL,
    [Title] NVARCHAR(160) NOT NULL,
    [ArtistId] INTEGER NOT NULL,
    CONSTRAINT [PK_Album] PRIMARY KEY ([AlbumId]),
    FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId])
        ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE "Track" (
    "TrackId" INTEGER PRIMARY KEY,
    "Name" NVARCHAR(200) NOT NULL,
    "AlbumId" INTEGER CONSTRAINT "TrackOfAlbum" REFERENCES "Album" ON DELETE CASCADE,
    "UnitPrice" NUMERIC(10,2) NOT NULL DEFAULT 0.99,
    "Seconds" INTEGER NOT NULL CHECK ("Seconds" > 0),
    "Minutes" REAL AS ("Seconds" / 60.0)
);
CREATE TABLE Playlist (PlaylistId INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT UNIQUE);
CREATE TABLE PlaylistTrack (
    PlaylistId INTEGER NOT NULL REFERENCES Playlist,
    TrackId INTEGER NOT NULL REFERENCES Track,
    CONSTRAINT PK_PlaylistTrack PRIMARY KEY (PlaylistId, TrackId)
) WITHOUT ROWID;
CREATE TABLE Employee (
    EmployeeId INTEGER PRIMARY KEY,
    ReportsTo INTEGER REFERENCES Employee (EmployeeId),
    HireDate DATETIME
);
CREATE INDEX IFK_AlbumArtistId ON Album (ArtistId);
CREATE INDEX IFK_TrackAlbumId ON Track (AlbumId);
CREATE VIEW AlbumLength AS
    SELECT a.AlbumId, a.Title, sum(t.Seconds) AS Seconds FROM Album a JOIN Track t USING (AlbumId) GROUP BY a.AlbumId;
INSERT INTO Artist VALUES (1, 'AC/DC');
