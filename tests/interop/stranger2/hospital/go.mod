module stranger2

go 1.19
